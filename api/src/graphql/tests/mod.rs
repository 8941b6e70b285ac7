mod access;
mod answers;
mod schema;
mod stage;
mod statements;
mod writes;
