// The table type and the formatter of estimates come here.
