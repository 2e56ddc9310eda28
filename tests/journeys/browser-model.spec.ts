import type { Page } from '@playwright/test';
import { factsAndDraft, startImported } from './importing';
import { eventsOf } from './report';
import { expect, test } from './fixtures';

// The browser's own model. Real: what Chromium here says of it, and the whole way from a step's worker over the model
// worker to the page and back. Made up: the answers, by a `LanguageModel` that behaves as Chrome's is documented.

/** One step that reads facts out in a form, one that writes. */
const WORKFLOW = factsAndDraft('own', 'A draft of the browser', 'Say what revenue was.');

async function choose(page: Page): Promise<void> {
	await page.goto('/settings');
	await page.getByRole('radio', { name: /Browser’s own/ }).check();
}

/** What was asked of the model in this page, and what became of its sessions. */
interface Seen {
	state: string;
	created: object[];
	asked: { messages: { role: string; content: string }[]; constraint: unknown }[];
	cloned: number;
	destroyed: number;
	aborted: number;
}

/** A `LanguageModel` in every page from now on. */
async function bringModel(page: Page, state: string, wordMs = 1): Promise<void> {
	await page.addInitScript(
		([first, ms]) => {
			const seen: Seen = { state: first, created: [], asked: [], cloned: 0, destroyed: 0, aborted: 0 };
			const session = () => ({
				clone: async () => {
					seen.cloned += 1;
					return session();
				},
				destroy: () => void (seen.destroyed += 1),
				promptStreaming(
					messages: Seen['asked'][0]['messages'],
					given: { signal: AbortSignal; responseConstraint?: unknown }
				) {
					seen.asked.push({ messages, constraint: given.responseConstraint });
					const words = given.responseConstraint
						? ['{"reven', 'ue": 48210}']
						: 'Revenue was 48,210 euros.'.split(/(?= )/);
					return new ReadableStream<string>({
						async start(controller) {
							given.signal.addEventListener('abort', () => {
								seen.aborted += 1;
								controller.error(given.signal.reason);
							});
							for (const word of words) {
								await new Promise((resolve) => setTimeout(resolve, ms));
								if (given.signal.aborted) return;
								controller.enqueue(word);
							}
							controller.close();
						}
					});
				}
			});
			Object.assign(globalThis, {
				__seen: seen,
				LanguageModel: {
					availability: async () => seen.state,
					async create(options: { monitor?: (target: EventTarget) => void }) {
						seen.created.push(JSON.parse(JSON.stringify(options)) as object);
						if (seen.state === 'downloadable') {
							// Only a click that just was opens this way.
							if (!navigator.userActivation.isActive)
								throw new DOMException('Requires a user gesture', 'NotAllowedError');
							const target = new EventTarget();
							options.monitor?.(target);
							target.dispatchEvent(new ProgressEvent('downloadprogress', { loaded: 0.5 }));
							seen.state = 'available';
						}
						return session();
					}
				}
			});
		},
		[state, wordMs] as const
	);
}

const connectionTest = (page: Page) => page.getByRole('region', { name: 'Connection test' });
const seenIn = (page: Page) => page.evaluate(() => (globalThis as unknown as { __seen: Seen }).__seen);

test('Chromium here has none for this device: said in Settings, and when it is tried', async ({ page }) => {
	await choose(page);
	await expect(
		page.getByText(/The browser’s own model is (not for this device|not in this browser)/)
	).toBeVisible();
	await page.getByRole('button', { name: 'Test the connection' }).click();
	await expect(connectionTest(page)).toContainText(/cannot run on this device|no model of its own/, {
		timeout: 30_000
	});
});

test('a run is answered by it: streamed through the page, in a form, each question on a copy of its own', async ({
	page
}) => {
	test.setTimeout(120_000);
	await bringModel(page, 'available');
	await choose(page);
	await expect(page.getByText('ready on this device')).toBeVisible();
	await page.getByRole('button', { name: /^Use / }).click();
	await expect(page.getByRole('button', { name: 'In use' })).toBeVisible();
	const runId = await startImported(page, WORKFLOW);
	await expect(page.locator('[data-cell=draft]')).toContainText('Revenue was 48,210 euros.', {
		timeout: 60_000
	});
	const events = await eventsOf(page, runId);
	const succeeded = events.filter(({ type, stepId }) => type === 'attempt.succeeded' && stepId !== 'text');
	expect(succeeded).toHaveLength(2);
	// The browser does not say how many tokens it took, so nobody does.
	for (const event of succeeded)
		expect(event).toMatchObject({ usage: { input: null, output: null }, egress: [] });
	const seen = await seenIn(page);
	expect(seen.asked.map(({ constraint }) => constraint !== undefined)).toEqual([true, false]);
	expect(seen.asked[0]?.messages).toMatchObject([{ role: 'user' }]);
	expect(seen.created[0]).toMatchObject({
		expectedOutputs: [{ type: 'text', languages: ['en'] }],
		initialPrompts: [{ role: 'system' }]
	});
	expect(seen.cloned).toBe(2);
	expect(seen.destroyed).toBeGreaterThanOrEqual(2);
});

test('a run that is cancelled stops it', async ({ page }) => {
	test.setTimeout(120_000);
	await bringModel(page, 'available', 4000);
	await choose(page);
	await page.getByRole('button', { name: /^Use / }).click();
	await expect(page.getByRole('button', { name: 'In use' })).toBeVisible();
	await startImported(page, WORKFLOW);
	await expect(page.locator('[data-cell=draft] [aria-busy=true]')).toContainText('Revenue', {
		timeout: 60_000
	});
	await page.getByRole('button', { name: 'More' }).click();
	await page.getByRole('menuitem', { name: 'Cancel run' }).click();
	await page.getByRole('button', { name: 'Cancel the run' }).click();
	await expect.poll(async () => (await seenIn(page)).aborted).toBe(1);
});

test('one that has to be downloaded waits for a click in Settings', async ({ page }) => {
	await bringModel(page, 'downloadable');
	await choose(page);
	await page.getByRole('button', { name: 'Test the connection' }).click();
	await expect(connectionTest(page)).toContainText('Let the browser download it', { timeout: 30_000 });
	await page.getByRole('button', { name: 'Let the browser download it' }).click();
	await expect(page.getByText('ready on this device')).toBeVisible();
	await page.getByRole('button', { name: 'Test the connection' }).click();
	await expect(connectionTest(page).getByRole('listitem').filter({ hasText: 'Streams' })).toContainText(
		'works',
		{ timeout: 30_000 }
	);
});
