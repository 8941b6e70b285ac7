mod move_group;
mod rename_community;
