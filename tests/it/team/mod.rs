mod facts;
mod members;
mod training;
mod withheld;
