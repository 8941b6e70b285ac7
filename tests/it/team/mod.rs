mod facts;
mod incentives;
mod invitations;
mod members;
mod promotion;
mod training;
mod withheld;
