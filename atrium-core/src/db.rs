//! The database handles of the platform: a [`Db`] to read with and to open transactions on, and a [`Tx`] to write in.
