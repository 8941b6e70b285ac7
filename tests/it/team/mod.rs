mod facts;
mod invitations;
mod members;
mod training;
mod withheld;
