// Tonight keeps itself up to date: the server says when something changed, and the page's main part is fetched anew.
// Without this script the page reloads itself (a Refresh header in its head, inside <noscript>).
