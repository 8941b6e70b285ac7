//! What members are given beside their work.

mod badges;
mod bonuses;
mod combined;
mod places;
