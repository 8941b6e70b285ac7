mod facts;
mod invitations;
mod members;
mod promotion;
mod training;
mod withheld;
