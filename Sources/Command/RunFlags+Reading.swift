import Corpora
import Experiments
import Hosts
import MixtureOfExperts
import Training

extension Options {
  /// The model that the flags describe.
  func configuration(_ router: RouterKind, vocabulary: Int) throws -> Configuration {
    var model = try settings.configuration(router).model
    model.vocabulary = vocabulary
    try model.validate()
    return model
  }

  /// The training that the flags describe.
  func training(_ model: Configuration) throws -> TrainingOptions {
    try settings.configuration(model.router, model: model).training
  }
}
