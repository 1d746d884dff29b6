//! The formats of real archives, row by row, on examples made for this purpose.
