// The campaign manager's pages (log in, queue, campaigns, results) will live here. Nothing yet.
export {}
