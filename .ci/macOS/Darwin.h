// What this project calls of macOS's C library, with its types and numbers as far as they are known without its headers:
// `.ci/other-machines` type-checks the sources against it where there is no macOS. A call that is missing here is an
// error there: whoever adds it has read the manual page of macOS (xnu's man2) and says here what differs from Linux.
#pragma once
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#pragma clang assume_nonnull begin

// 16 and 32 bits, where Linux has 32 and 64.
typedef uint16_t mode_t, nlink_t;
typedef int32_t dev_t, pid_t, blksize_t, suseconds_t;
typedef uint32_t uid_t, gid_t, sigset_t;
typedef uint64_t ino_t, rlim_t;
typedef int64_t off_t, blkcnt_t;
typedef long ssize_t, time_t;
typedef unsigned int nfds_t;
struct timespec { time_t tv_sec; long tv_nsec; };
struct timeval { time_t tv_sec; suseconds_t tv_usec; };
// The standard library's own overlay asks for these.
typedef int sem_t;
typedef void (*sig_t)(int);
typedef sig_t __sighandler_t;

// errno.h. The numbers differ from EAGAIN on (35, on Linux 11); the sources compare names alone.
#define ENOENT 2
#define EINTR 4
#define EIO 5
#define ENXIO 6
#define EBADF 9
#define ENOMEM 12
#define EACCES 13
#define EEXIST 17
#define ENODEV 19
#define ENOTDIR 20
#define EISDIR 21
#define EINVAL 22
#define EMFILE 24
#define EFBIG 27
#define ENOSPC 28
#define EROFS 30
#define EPIPE 32
#define EAGAIN 35
#define EWOULDBLOCK 35
#define ENOTSUP 45
#define ELOOP 62
#define ENAMETOOLONG 63
#define ENOLCK 77
#define ENOSYS 78
// Another number than ENOTSUP, unlike on Linux.
#define EOPNOTSUPP 102
extern int *__error(void);
extern char *strerror(int);

// fcntl.h, unistd.h
#define O_RDONLY 0x0
#define O_WRONLY 0x1
#define O_RDWR 0x2
#define O_NONBLOCK 0x4
#define O_APPEND 0x8
#define O_NOFOLLOW 0x100
#define O_CREAT 0x200
#define O_TRUNC 0x400
#define O_EXCL 0x800
#define O_DIRECTORY 0x100000
#define O_CLOEXEC 0x1000000
#define F_GETFD 1
#define F_SETFD 2
#define F_GETFL 3
#define F_SETFL 4
#define FD_CLOEXEC 1
// fsync(2) leaves the drive's cache as it is; this empties it. Not every file system can.
#define F_FULLFSYNC 51
#define STDIN_FILENO 0
#define STDOUT_FILENO 1
#define STDERR_FILENO 2
int close(int);
ssize_t read(int, void *, size_t);
ssize_t write(int, const void *, size_t);
int fsync(int);
int unlink(const char *);
int unlinkat(int, const char *, int);
int isatty(int);
int dup(int);
int dup2(int, int);
pid_t getpid(void);
void _exit(int) __attribute__((noreturn));
int usleep(uint32_t);
char *_Nullable getcwd(char *_Nullable, size_t);

// sys/stat.h; the standard library's overlay has S_IFMT and its like.
struct stat {
  dev_t st_dev; mode_t st_mode; nlink_t st_nlink; ino_t st_ino; uid_t st_uid; gid_t st_gid; dev_t st_rdev;
  struct timespec st_atimespec, st_mtimespec, st_ctimespec, st_birthtimespec;
  off_t st_size; blkcnt_t st_blocks; blksize_t st_blksize; uint32_t st_flags, st_gen; int32_t st_lspare; int64_t st_qspare[2];
};
int stat(const char *, struct stat *);
int fstat(int, struct stat *);
int lstat(const char *, struct stat *);
int mkdir(const char *, mode_t);
int mkdirat(int, const char *, mode_t);
int mkfifo(const char *, mode_t);

// sys/file.h
#define LOCK_SH 1
#define LOCK_EX 2
#define LOCK_NB 4
#define LOCK_UN 8
int flock(int, int);

// sys/mman.h; there is no MADV_HUGEPAGE.
#define PROT_READ 1
#define MAP_PRIVATE 2
void *_Nullable mmap(void *_Nullable, size_t, int, int, int, off_t);
int munmap(void *, size_t);

// poll.h; on macOS poll(2) does not work on terminals and most devices, which the callers treat as "try again".
#define POLLIN 0x0001
#define POLLOUT 0x0004
struct pollfd { int fd; short events, revents; };
int poll(struct pollfd *, nfds_t, int);

// sys/ioctl.h. FIONREAD (0x4004667F) is a macro that Swift does not import, so it is not here.
struct winsize { unsigned short ws_row, ws_col, ws_xpixel, ws_ypixel; };

// signal.h, pthread.h. The numbers of SIGBLOCK and its like differ: 1, 2, 3.
#define SIG_BLOCK 1
#define SIG_UNBLOCK 2
#define SIG_SETMASK 3
#define SIGHUP 1
#define SIGINT 2
#define SIGKILL 9
#define SIGPIPE 13
#define SIGTERM 15
#define SIGXFSZ 25
sig_t _Nullable signal(int, sig_t _Nullable);
int sigemptyset(sigset_t *);
int sigaddset(sigset_t *, int);
int sigwait(const sigset_t *, int *);
int pthread_sigmask(int, const sigset_t *_Nullable, sigset_t *_Nullable);
typedef struct _opaque_pthread_t *pthread_t;
typedef struct { long sig; char opaque[56]; } pthread_mutex_t, pthread_attr_t;
typedef struct { long sig; char opaque[8]; } pthread_mutexattr_t;
int pthread_create(pthread_t _Nullable *_Nonnull, const pthread_attr_t *_Nullable,
                   void *_Nullable (*_Nonnull)(void *_Nonnull), void *_Nullable);
int pthread_join(pthread_t, void *_Nullable *_Nullable);
int pthread_mutex_init(pthread_mutex_t *, const pthread_mutexattr_t *_Nullable);
int pthread_mutex_lock(pthread_mutex_t *);
int pthread_mutex_unlock(pthread_mutex_t *);
int pthread_mutex_destroy(pthread_mutex_t *);
// sys/resource.h. Numbers that differ: RLIMIT_AS is 5, RLIMIT_NOFILE 8.
#define RLIMIT_STACK 3
#define RLIMIT_AS 5
#define RLIMIT_NOFILE 8
struct rlimit { rlim_t rlim_cur, rlim_max; };
int getrlimit(int, struct rlimit *);
int kill(pid_t, int);
int raise(int);

// sys/resource.h: ru_maxrss is in bytes, on Linux in 1,024 bytes.
#define RUSAGE_SELF 0
struct rusage {
  struct timeval ru_utime, ru_stime;
  long ru_maxrss, ru_ixrss, ru_idrss, ru_isrss, ru_minflt, ru_majflt, ru_nswap, ru_inblock, ru_oublock, ru_msgsnd, ru_msgrcv,
    ru_nsignals, ru_nvcsw, ru_nivcsw;
};
int getrusage(int, struct rusage *);

// libproc.h, sys/sysctl.h
#define PROC_PIDTASKINFO 4
struct proc_taskinfo {
  uint64_t pti_virtual_size, pti_resident_size, pti_total_user, pti_total_system, pti_threads_user, pti_threads_system;
  int32_t pti_policy, pti_faults, pti_pageins, pti_cow_faults, pti_messages_sent, pti_messages_received, pti_syscalls_mach,
    pti_syscalls_unix, pti_csw, pti_threadnum, pti_numrunning, pti_priority;
};
int proc_pidinfo(int, int, uint64_t, void *, int);
int sysctlbyname(const char *, void *_Nullable, size_t *_Nullable, void *_Nullable, size_t);

// sysexits.h
#define EX_USAGE 64
#define EX_DATAERR 65
#define EX_NOINPUT 66
#define EX_SOFTWARE 70
#define EX_CANTCREAT 73
#define EX_IOERR 74

// stdio.h, stdlib.h, string.h
typedef struct __sFILE FILE;
extern FILE *_Nonnull __stdoutp, *_Nonnull __stderrp;
#define stdout __stdoutp
#define stderr __stderrp
int rename(const char *, const char *);
int renameat(int, const char *, int, const char *);
char *_Nullable realpath(const char *, char *_Nullable);
char *_Nullable getenv(const char *);
void exit(int) __attribute__((noreturn));
void *_Nullable malloc(size_t);
void free(void *_Nullable);
int memcmp(const void *, const void *, size_t);
size_t strlen(const char *);

// math.h
#define M_LN2 0.693147180559945309417232121458176568
#define M_PI 3.14159265358979323846264338327950288
double acos(double), asin(double), atan(double), cos(double), sin(double), tan(double), atan2(double, double);
double acosh(double), asinh(double), atanh(double), cosh(double), sinh(double), tanh(double);
double exp(double), exp2(double), expm1(double), log(double), log2(double), log10(double), log1p(double), logb(double);
double pow(double, double), cbrt(double), hypot(double, double), erf(double), erfc(double), tgamma(double), lgamma(double);
double fabs(double), ceil(double), floor(double), round(double), trunc(double), rint(double), nearbyint(double), sqrt(double);
double fmod(double, double), remainder(double, double), fdim(double, double), fmax(double, double), fmin(double, double);
double copysign(double, double), nextafter(double, double), fma(double, double, double), ldexp(double, int), scalbn(double, int);
double j0(double), j1(double), jn(int, double), y0(double), y1(double), yn(int, double), nan(const char *), modf(double, double *);
double frexp(double, int *), remquo(double, double, int *);
int ilogb(double);

#pragma clang assume_nonnull end
