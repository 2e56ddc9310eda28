/** Nobody waits longer than this for it, milliseconds: in a tab that is not looked at there are no frames. */
const LATEST_MS = 200;

/** Resolves once the first view of a run is on the screen, if there is one: drawing the app would hold it up. */
export async function firstViewPainted(): Promise<void> {
	if (!document.querySelector('.first-view')) return;
	const painted = new Promise<void>((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
	await Promise.race([painted, new Promise((late) => setTimeout(late, LATEST_MS))]);
}
