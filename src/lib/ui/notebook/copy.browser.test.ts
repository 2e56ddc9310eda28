import { mount, unmount } from 'svelte';
import { afterEach, expect, it, vi } from 'vitest';
import { userEvent } from 'vitest/browser';
import GateEditor from './GateEditor.svelte';
import { isTaken, isTyping } from './keys';
import { selectedSource } from './rendered';
import { createRichEditor } from './rich-editor';

// The copy as an editor in a shadow root, with real keys. The policies of the page are the journeys' affair.

const TEXT = '# Week 45\n\nRevenue **rose**.\n\n- one\n- two';
let end: (() => unknown) | null = null;
afterEach(async () => {
	await end?.();
	end = null;
	document.body.innerHTML = '';
});

function editor(text = TEXT) {
	const host = document.body.appendChild(document.createElement('div'));
	const told = { text, keys: 0 };
	const made = createRichEditor(host.attachShadow({ mode: 'open' }), {
		text,
		label: 'Your copy',
		onchange: (now) => (told.text = now),
		onkey: () => (told.keys++, false)
	});
	end = () => made.destroy();
	const content = host.shadowRoot?.querySelector<HTMLElement>('[role=textbox]');
	if (!content) throw new Error('There is no textbox.');
	return { made, told, content };
}

it('is a text field by role and name, spell-checked, and styled without a style element', () => {
	const { content } = editor();
	expect(content.getAttribute('aria-label')).toBe('Your copy');
	expect(content.getAttribute('aria-multiline')).toBe('true');
	expect(content.spellcheck).toBe(true);
	const root = content.getRootNode() as ShadowRoot;
	expect(root.querySelector('style')).toBeNull();
	expect(root.adoptedStyleSheets).toHaveLength(1);
	const [heading] = content.querySelectorAll('.cm-line span');
	expect(heading && getComputedStyle(heading).fontWeight).toBe('650');
});

it('its text is the source; what comes from outside leaves the caret alone, and its own undo takes it back', async () => {
	const { made, told } = editor();
	made.select({ start: TEXT.length, end: TEXT.length });
	await userEvent.keyboard('{Enter}- three');
	expect(told.text).toBe(`${TEXT}\n- three`);
	made.setText(told.text.replace('rose', 'rose by 3 %'));
	expect(told.text).toContain('rose by 3 %');
	await userEvent.keyboard('!');
	expect(told.text.endsWith('- three!')).toBe(true);
	for (let times = 0; times < 4 && told.text !== TEXT; times += 1)
		await userEvent.keyboard('{Control>}z{/Control}');
	expect(told.text).toBe(TEXT);
});

it('Tab leaves it, and letters typed in it are no keys of the page', async () => {
	const { made, content } = editor();
	const button = document.body.appendChild(document.createElement('button'));
	const taken: boolean[] = [];
	const listen = (event: KeyboardEvent) => taken.push(isTaken(event));
	addEventListener('keydown', listen);
	made.focus();
	expect(isTyping()).toBe(true);
	await userEvent.keyboard('a');
	removeEventListener('keydown', listen);
	expect(taken).toEqual([true]);
	await userEvent.tab();
	expect(document.activeElement).toBe(button);
	expect(isTyping()).toBe(false);
	expect(content.textContent).toContain('a# Week 45');
});

it('marks what remarks are about, and the marks go along with what is typed before them', async () => {
	const { made, content } = editor();
	const start = TEXT.indexOf('Revenue');
	made.setMarks([{ start, end: start + 'Revenue'.length }]);
	made.place({ start: 0, end: 0 });
	made.focus();
	await userEvent.keyboard('x');
	expect(content.querySelector('.cm-remark')?.textContent).toBe('Revenue');
	made.setMarks([]);
	expect(content.querySelector('.cm-remark')).toBeNull();
});

it('takes the place of the plain field with what was typed there until then, and with its caret', async () => {
	const said = { text: TEXT };
	const props = {
		label: 'Your copy',
		get text() {
			return said.text;
		},
		set text(now: string) {
			said.text = now;
		}
	};
	const shown = mount(GateEditor, { target: document.body, props });
	end = () => unmount(shown);
	const field = document.querySelector('textarea');
	field?.focus();
	field?.setSelectionRange(9, 9);
	await vi.waitUntil(() => document.querySelector('textarea') === null);
	expect(isTyping()).toBe(true);
	await userEvent.keyboard(', the last');
	expect(said.text).toBe(TEXT.replace('# Week 45', '# Week 45, the last'));
});

it('the plain field stays where the text is no Markdown', async () => {
	const shown = mount(GateEditor, {
		target: document.body,
		props: { text: '{}', label: 'Proposal', plain: true }
	});
	end = () => unmount(shown);
	await import('./rich-editor');
	await new Promise((resolve) => setTimeout(resolve, 20));
	expect(document.querySelector('textarea')?.value).toBe('{}');
});

it('what is selected in the text as it is read is found in its source, past the marks of sources', () => {
	document.body.innerHTML =
		'<div><p>Costs were flat. Revenue fell 9 %<button class="cite">1</button> to <b>48</b>.</p><p>Costs were flat.</p></div>';
	const source = 'Costs were flat. Revenue fell 9 % to **48**.\n\nCosts were flat.';
	const pane = document.querySelector('div');
	const [first, last] = document.querySelectorAll('p');
	const selection = getSelection();
	if (!pane || !first || !last || !selection) throw new Error('Nothing is shown.');
	const found = () => {
		const place = selectedSource(pane, source);
		return place && [source.slice(place.start, place.end), place.start];
	};
	selection.setBaseAndExtent(first.firstChild as Node, 17, first.lastChild as Node, 0);
	expect(found()).toEqual(['Revenue fell 9 % to **48', 17]);
	selection.selectAllChildren(last);
	expect(found()).toEqual(['Costs were flat.', source.lastIndexOf('Costs')]);
	selection.collapseToStart();
	expect(found()).toBeNull();
});
