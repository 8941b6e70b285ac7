mod compare;
mod expected;
mod revisions;
