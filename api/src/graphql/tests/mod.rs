mod access;
mod answers;
mod limits;
mod once;
mod schema;
mod stage;
mod statements;
mod writes;
