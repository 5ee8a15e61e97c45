// The teams of the page: one on a form, each row in the grid.

export const entries = [];
