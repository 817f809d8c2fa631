// Somebody has signed out: what they typed in this tab is forgotten.

sessionStorage.clear();
