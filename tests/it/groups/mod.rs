mod rename_community;
