mod power;
mod proposals;
