mod access;
mod answers;
mod once;
mod schema;
mod stage;
mod statements;
mod writes;
