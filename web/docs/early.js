// Before the page is painted: the colours that were chosen here before.
try {
  const chosen = localStorage.getItem('docs:theme');
  if (chosen !== null) document.documentElement.dataset.theme = chosen;
} catch {
  // A browser that keeps nothing shows what the system says.
}
