mod following;
mod relay;
mod retention;
