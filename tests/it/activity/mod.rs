mod chat;
mod derived;
mod generated;
mod interrupted;
mod model;
mod rollups;
mod rows;
mod statistics;
