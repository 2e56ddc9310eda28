/**
 * Light, dark or as the system says. Settings hold the choice; a copy in localStorage lets the first frame be right,
 * before the database has been opened.
 */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'galley.theme';

export function showTheme(theme: Theme): void {
	const root = document.documentElement;
	if (theme === 'system') delete root.dataset.theme;
	else root.dataset.theme = theme;
	try {
		if (theme === 'system') localStorage.removeItem(KEY);
		else localStorage.setItem(KEY, theme);
	} catch {
		// Without localStorage the first frame may have the system's colours; nothing else depends on it.
	}
}

export function showRememberedTheme(): void {
	try {
		const theme = localStorage.getItem(KEY);
		if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
	} catch {
		// As above.
	}
}
