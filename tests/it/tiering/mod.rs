mod compare;
mod expected;
mod pages;
mod revisions;
