const ASKED = 'galley-asked-to-keep';

/**
 * Once there is something to lose, the browser is asked, once, not to clear Galley by itself. Some ask the person in turn.
 * The library page and the settings show the answer.
 */
export async function askToKeep(): Promise<void> {
	try {
		if (localStorage.getItem(ASKED) !== null || (await navigator.storage.persisted())) return;
		localStorage.setItem(ASKED, 'yes');
		await navigator.storage.persist();
	} catch {
		// A browser that cannot be asked says so where the answer is shown.
	}
}
