import { history, historyKeymap, standardKeymap } from '@codemirror/commands';
import { defineLanguageFacet, HighlightStyle, Language, syntaxHighlighting } from '@codemirror/language';
import { EditorState, RangeSet, StateEffect, StateField, Transaction } from '@codemirror/state';
import { Decoration, EditorView, keymap, type DecorationSet } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { GFM, parser } from '@lezer/markdown';

/** An editor of Markdown source. Its text is the source, to the byte; it draws headings as headings and says nothing else. */
export interface RichEditor {
	/** The text from outside. What is equal at both ends stays, with the caret; the editor's undo takes it back. */
	setText: (text: string) => void;
	/** Stretches that remarks are about. */
	setMarks: (marks: readonly Stretch[]) => void;
	/** Offsets in UTF-16 units. */
	selection: () => Stretch;
	/** Selects a stretch, where the editor stands. */
	place: (stretch: Stretch) => void;
	/** Selects a stretch, goes there and takes the focus. */
	select: (stretch: Stretch) => void;
	focus: () => void;
	destroy: () => void;
}

export interface Stretch {
	start: number;
	end: number;
}

const markdown = new Language(defineLanguageFacet(), parser.configure([GFM]), [], 'markdown');

/** Weight and colour only: a size that differs would move the text when this takes the place of a plain field. */
const highlighting = HighlightStyle.define([
	{ tag: tags.heading, fontWeight: '650' },
	{ tag: tags.strong, fontWeight: '650' },
	{ tag: tags.emphasis, fontStyle: 'italic' },
	{ tag: tags.strikethrough, textDecoration: 'line-through' },
	{ tag: [tags.processingInstruction, tags.contentSeparator, tags.url], color: 'var(--soft)' },
	{ tag: [tags.link, tags.labelName], color: 'var(--note)' },
	{ tag: tags.monospace, fontFamily: 'var(--font-mono)', fontSize: '0.9em' }
]);

const theme = EditorView.theme({
	'&': { blockSize: '100%', color: 'var(--ink)' },
	'&.cm-focused': { outline: 'none' },
	'.cm-scroller': { font: 'inherit', overflowX: 'visible' },
	'.cm-content': {
		padding: 'var(--space-3) var(--space-4)',
		minBlockSize: '14rem',
		caretColor: 'var(--ink)',
		overflowWrap: 'anywhere'
	},
	'.cm-line': { padding: '0' },
	// As a plain field wraps: a space at the end of a line hangs over, so no line breaks anew when this takes its place.
	'.cm-content.cm-lineWrapping': { whiteSpace: 'pre-wrap' },
	'.cm-remark': {
		background: 'var(--note-wash)',
		boxShadow: 'inset 0 -2px 0 var(--note)',
		borderRadius: '2px'
	}
});

const remarked = StateEffect.define<readonly Stretch[]>();
const remarks = StateField.define<DecorationSet>({
	create: () => Decoration.none,
	update(set, transaction) {
		const told = transaction.effects.find((effect) => effect.is(remarked));
		if (!told) return set.map(transaction.changes);
		const { length } = transaction.state.doc;
		const ranges = told.value
			.filter(({ start, end }) => start < end && end <= length)
			.map(({ start, end }) => Decoration.mark({ class: 'cm-remark' }).range(start, end));
		return RangeSet.of(ranges, true);
	},
	provide: (field) => EditorView.decorations.from(field)
});

/**
 * Puts an editor into a shadow root, where its styles are adopted sheets: the page's policy allows no style element.
 * Tab leaves it, as it leaves any field of prose.
 */
export function createRichEditor(
	root: ShadowRoot,
	given: {
		text: string;
		label: string;
		onchange: (text: string) => void;
		/** A key that is pressed in it; true: it was for something else than the text. */
		onkey: (event: KeyboardEvent) => boolean;
	}
): RichEditor {
	const attributes = {
		'aria-label': given.label,
		spellcheck: 'true',
		autocorrect: 'on',
		autocapitalize: 'sentences'
	};
	const view = new EditorView({
		root,
		parent: root,
		state: EditorState.create({
			doc: given.text,
			extensions: [
				history(),
				keymap.of([...historyKeymap, ...standardKeymap]),
				markdown,
				syntaxHighlighting(highlighting),
				remarks,
				theme,
				EditorView.lineWrapping,
				EditorView.contentAttributes.of(attributes),
				EditorView.domEventHandlers({ keydown: given.onkey }),
				EditorView.updateListener.of((update) => {
					if (update.docChanged) given.onchange(update.state.doc.toString());
				})
			]
		})
	});
	function place({ start, end }: Stretch) {
		const { length } = view.state.doc;
		view.dispatch({ selection: { anchor: Math.min(start, length), head: Math.min(end, length) } });
	}
	return {
		setText(text) {
			const now = view.state.doc.toString();
			if (now === text) return;
			view.dispatch({ changes: changeOf(now, text), annotations: Transaction.userEvent.of('input') });
		},
		setMarks: (marks) => view.dispatch({ effects: remarked.of(marks) }),
		selection: () => ({ start: view.state.selection.main.from, end: view.state.selection.main.to }),
		place,
		select(stretch) {
			view.focus();
			place(stretch);
			view.dispatch({ effects: EditorView.scrollIntoView(view.state.selection.main, { y: 'center' }) });
		},
		focus: () => view.contentDOM.focus({ preventScroll: true }),
		destroy: () => view.destroy()
	};
}

/** The one stretch in which two texts differ. */
function changeOf(was: string, now: string): { from: number; to: number; insert: string } {
	const shorter = Math.min(was.length, now.length);
	let start = 0;
	while (start < shorter && was[start] === now[start]) start += 1;
	let end = 0;
	while (end < shorter - start && was[was.length - 1 - end] === now[now.length - 1 - end]) end += 1;
	return { from: start, to: was.length - end, insert: now.slice(start, now.length - end) };
}
