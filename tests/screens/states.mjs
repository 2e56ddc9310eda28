// The states of a notebook, its gates and its memory that a designer looks at: `npm run screenshots -- --states`.

const text = (id, title, expression, more = '') =>
	`  - { id: ${id}, title: ${title}, kind: transform, job: draft, with: { expression: '${expression}' }${more} }`;

const REPORT =
	'"# Week 45\\n\\nRevenue was € 48,210. Costs were flat.\\n\\n## Next\\n\\n- [ ] Ask the carrier about refunds\\n- We hire two people."';

const CHAIN = `
format: 1
id: chain
title: Board report
steps:
${text('facts', 'Facts', '"Revenue was € 48,210 in week 45."')}
${text('draft', 'Report', '"# Week 45\\n\\n" & facts & " Costs were flat."', ', inputs: { facts: steps.facts.output }')}
  - { id: review, title: Review, kind: review, job: decide, inputs: { draft: steps.draft.output }, with: { question: Is the report right? } }
  - { id: final, title: Last look, kind: review, job: decide, inputs: { draft: steps.review.output }, with: { question: May it go into the library? } }
`;

const REMARKS = `
format: 1
id: remarks
title: Weekly letter
steps:
${text('draft', 'Draft', REPORT)}
  - { id: review, title: Review, kind: review, job: decide, inputs: { draft: steps.draft.output }, with: { question: Is the letter ready to go out?, criteria: [Numbers match the sources, No names of customers], maxRevisions: 5 } }
`;

const LIST = `
format: 1
id: letters
title: Reminders
steps:
  - id: letters
    title: Letters
    kind: transform
    job: draft
    output: { type: json, media: application/json }
    with: { expression: '["Dear Acme, invoice 1042 is still open. Please pay by Friday.", "Dear Birch, invoice 1043 is still open. Please pay by Friday.", "Dear Cedar, invoice 1044 is still open. Please pay by Friday."]' }
  - { id: review, title: Review, kind: review, job: decide, inputs: { draft: steps.letters.output }, with: { question: May these letters go out?, each: true } }
`;

export const OPEN_ITEMS = `
format: 1
id: weekly-open
title: Weekly letter
inputs: [{ id: week, title: Week }]
sources: [{ id: open, title: Left open, kind: open-items }]
steps:
  - { id: collect, title: Collect, kind: collect, job: collect }
${text('draft', 'Draft', REPORT)}
  - { id: review, title: Review, kind: review, job: decide, inputs: { draft: steps.draft.output }, with: { question: Is the letter ready?, criteria: [Numbers match the sources, Names are right] } }
  - { id: save, title: Save, kind: save, job: act, inputs: { value: steps.review.output }, permissions: { write: [Letters] }, with: { path: 'Letters/{{inputs.week}}.md' } }
output: { title: 'Letter {{inputs.week}}' }
`;

const FAILS = `
format: 1
id: fails
title: Price list
steps:
${text('prices', 'Prices', '$error("The list has no column named price.")')}
  - { id: review, title: Review, kind: review, job: decide, inputs: { draft: steps.prices.output } }
`;

/** Imports a workflow, makes it one's own and allows what it asks for. */
async function bring(page, app, yaml) {
	await page.goto(`${app.url}/workflows`);
	const opening = page.waitForEvent('filechooser');
	await page.getByRole('button', { name: 'Import', exact: true }).first().click();
	await (
		await opening
	).setFiles({ name: 'workflow.yaml', mimeType: 'application/yaml', buffer: Buffer.from(yaml) });
	await page.waitForURL(/\/workflows\/[^/]+$/);
	await page.getByRole('heading', { name: 'Permissions' }).waitFor();
	const mine = page.getByRole('button', { name: 'Make it mine' });
	await mine.click();
	await mine.waitFor({ state: 'hidden' });
	const allow = page.getByRole('button', { name: 'Allow all of it' });
	if (await allow.isVisible()) {
		await allow.click();
		await allow.waitFor({ state: 'hidden' });
	}
	return new URL(page.url()).pathname;
}

async function begin(page, app, workflow, inputs = {}) {
	await page.goto(`${app.url}${workflow}/start`);
	for (const [label, value] of Object.entries(inputs)) await page.getByLabel(label).first().fill(value);
	await page.getByRole('button', { name: 'Start run' }).click();
	await page.waitForURL(/\/runs\/[^/]+$/);
}

const started = async (page, app, yaml) => begin(page, app, await bring(page, app, yaml));
const decision = (page) => page.getByRole('group', { name: 'Decision' });

async function atGate(page) {
	await decision(page).waitFor({ timeout: 60_000 });
	const flagged = page.getByRole('button', { name: /flagged/, expanded: false });
	if ((await flagged.count()) > 0) await flagged.first().click();
}

/** Puts a remark on words of the copy; with `instead` it suggests other ones. */
async function remark(page, quote, words, instead) {
	const edit = page.getByRole('tab', { name: 'Edit' });
	if (await edit.isVisible()) await edit.click();
	const copy = page.getByRole('textbox', { name: /copy/i });
	await copy.locator('.cm-line').first().waitFor();
	await copy.evaluate((field, part) => {
		field.focus();
		const walker = document.createTreeWalker(field, NodeFilter.SHOW_TEXT);
		while (walker.nextNode()) {
			const at = walker.currentNode.data.indexOf(part);
			if (at >= 0)
				getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + part.length);
		}
	}, quote);
	await page.keyboard.press('Control+Alt+m');
	await page.getByRole('textbox', { name: 'Your remark on this place' }).fill(words);
	if (instead !== undefined) {
		await page.getByRole('button', { name: 'Suggest a text' }).click();
		await page.getByRole('textbox', { name: 'Suggested text' }).fill(instead);
	}
	await page.getByRole('button', { name: 'Add', exact: true }).click();
}

async function approveAll(page) {
	await atGate(page);
	await decision(page)
		.getByRole('button', { name: /^Approve/ })
		.click();
	const anyway = page.getByRole('button', { name: 'Approve anyway' });
	await anyway.click({ timeout: 2000 }).catch(() => undefined);
}

/**
 * Twelve states by name; each brings the page there. `run` is the path of the finished example's run that waits.
 * @type {Record<string, (page: import('playwright').Page, app: { url: string }, run: string) => Promise<unknown>>}
 */
export const STATES = {
	'gate-flags': async (page, app, run) => {
		await page.goto(`${app.url}${run}`);
		await atGate(page);
		await page.locator('[data-cell=review]').evaluate((cell) => cell.scrollIntoView());
	},
	'gate-remarks': async (page, app) => {
		await started(page, app, REMARKS);
		await atGate(page);
		await remark(page, 'Costs were flat', 'Is that so? They rose in week 44.', 'Costs rose by 3 %');
		await remark(page, 'two people', 'Which team?');
	},
	'gate-sent-back': async (page, app) => {
		await started(page, app, REMARKS);
		await atGate(page);
		await remark(page, 'Costs were flat', '', 'Costs rose by 3 %');
		const send = decision(page).getByRole('button', { name: /Ask for changes/ });
		await send.click();
		const why = page.getByRole('textbox', { name: 'What should change?' });
		await why.fill('Mention “week 44”. Be kinder to the reader.');
		await send.first().click();
		await page.getByRole('region', { name: 'What you asked for' }).waitFor({ timeout: 30_000 });
		await page.locator('[data-cell=review]').evaluate((cell) => cell.scrollIntoView());
	},
	'gate-void': async (page, app) => {
		await started(page, app, CHAIN);
		await approveAll(page);
		await page.locator('[data-cell=final]').getByText('May it go into the library?').waitFor();
		const facts = page.locator('[data-cell=facts]');
		const fold = facts.getByRole('heading').getByRole('button');
		if ((await fold.getAttribute('aria-expanded')) === 'false') await fold.click();
		await facts.getByRole('button', { name: 'Change this output' }).click();
		await facts.getByRole('textbox', { name: 'Output of Facts' }).fill('Revenue was € 51,000 in week 45.');
		await facts.getByRole('button', { name: /Use this from here on/ }).click();
		await page.getByText('Approval void: content changed').waitFor({ timeout: 30_000 });
		await page.locator('[data-cell=review]').evaluate((cell) => cell.scrollIntoView());
	},
	'gate-list': async (page, app) => {
		await started(page, app, LIST);
		await atGate(page);
		const review = page.locator('[data-cell=review]');
		await review.getByRole('button', { name: /Dear Acme/ }).click();
		await review.getByRole('button', { name: 'Next' }).click();
		await review.getByRole('button', { name: /Approve the .*opened/ }).click();
	},
	'gate-open-items': async (page, app) => {
		const workflow = await bring(page, app, OPEN_ITEMS);
		for (const week of ['2026-W44', '2026-W45', '2026-W46']) {
			await begin(page, app, workflow, { Week: week });
			if (week === '2026-W46') break;
			await approveAll(page);
			await page.locator('[data-cell=save]').getByText('Done').first().waitFor();
		}
		await atGate(page);
		await page
			.getByRole('button', { name: /^Close: / })
			.last()
			.click();
		await page.getByRole('region', { name: 'Open from earlier runs' }).scrollIntoViewIfNeeded();
	},
	'run-failed': async (page, app) => {
		await started(page, app, FAILS);
		await page.getByText('no column named price').first().waitFor({ timeout: 30_000 });
	},
	'run-done': async (page, app) => {
		await page.goto(`${app.url}/runs`);
		await page.getByText('Performance, week 2026-W46').first().click();
		await page.waitForURL(/\/runs\/.+/);
		await page.locator('[data-cell=draft]').waitFor();
	},
	waterfall: async (page, app, run) => {
		await page.goto(`${app.url}${run}`);
		await decision(page).waitFor();
		await page.getByRole('button', { name: 'More' }).click();
		await page.getByRole('menuitem', { name: 'When it happened' }).click();
		await page.getByRole('dialog', { name: 'When it happened' }).waitFor();
		await page.getByRole('button', { name: 'Zoom in' }).click();
	},
	'note-effect': async (page, app) => {
		await page.goto(`${app.url}/corrections`);
		await page.getByRole('button', { name: /^What did it change/ }).click();
		await page.getByRole('region', { name: 'Without the note' }).waitFor();
	},
	compare: async (page, app, run) => {
		await page.goto(`${app.url}${run}`);
		await page.getByRole('button', { name: 'More' }).click();
		await page.getByRole('menuitem', { name: 'Compare' }).click();
		await page.getByRole('region', { name: 'Why they differ' }).waitFor();
	},
	queue: async (page, app) => {
		await started(page, app, LIST);
		await atGate(page);
		await page.goto(`${app.url}/runs?status=waiting`);
		await page.getByRole('heading', { level: 1 }).waitFor();
	}
};
