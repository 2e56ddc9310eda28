/**
 * Runs in a review packet, opened from disk, with no network. Shows what is to be decided, lets the text be edited, and
 * hands back a decision file that is bound to the hash of the packet.
 */
document.addEventListener('DOMContentLoaded', () => {
	'use strict';
	const main = document.querySelector('main');
	const data = document.getElementById('galley-packet');
	if (!main) return;
	/** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {string} [text] @param {string} [className] */
	const make = (tag, text, className) => {
		const element = document.createElement(tag);
		if (text !== undefined) element.textContent = text;
		if (className) element.className = className;
		return element;
	};
	/** @type {any} */
	let packet = null;
	try {
		packet = JSON.parse(data?.textContent ?? '');
	} catch {
		packet = null;
	}
	if (!packet || packet.galley !== 'packet') {
		main.replaceChildren(make('p', 'This page is not whole: its end was cut off. Ask for it again.', 'bad'));
		return;
	}

	const { shaOf, canonical, signerOf } = globalThis.galleyProof;

	/** Who sent this packet, as far as a signature can say, put where it is read first. */
	const tellSender = async () => {
		const signed = document.getElementById('galley-signature');
		if (!signed) return;
		const { print, fits } = await signerOf(signed, `galley packet ${await shaOf(canonical(packet))}`);
		const words =
			fits === null
				? `It names the key ${print} as its signer; this browser cannot check that.`
				: fits
					? `Signed by ${print}. Whose key that is, its owner has to tell you another way.`
					: 'Its signature does not fit: it was changed after it was signed. Ask for it again.';
		const mark = fits === false ? 'bad' : 'soft';
		main.prepend(make('p', words, mark));
	};

	/** @param {string} title @param {HTMLElement[]} inside */
	const section = (title, ...inside) => {
		const made = make('section', undefined, 'cell');
		const head = make('header');
		head.append(make('h2', title));
		made.append(head, ...inside);
		return made;
	};
	/** @param {string} words @param {HTMLElement} field */
	const labelled = (words, field) => {
		const label = make('label');
		if (field instanceof HTMLInputElement && field.type !== 'text') label.append(field, ` ${words}`);
		else label.append(`${words} `, field);
		return label;
	};

	const text = make('textarea');
	// A field has line breaks of one kind; what the draft had is put back where nothing was edited.
	text.value = packet.draft.text;
	const untouched = text.value;
	text.setAttribute('aria-label', 'Your copy of the draft');

	const ticks = packet.criteria.map((/** @type {string} */ criterion) => {
		const box = make('input');
		box.type = 'checkbox';
		return { criterion, box };
	});
	const name = make('input');
	name.type = 'text';
	name.autocomplete = 'name';
	const reason = make('textarea', undefined, 'short');

	const CHOICES = [
		['approve', 'Approve, with the text as it stands above'],
		['changes', 'Ask for changes (say what)'],
		['reject', 'Reject (say why)'],
		['cannot-tell', 'I cannot tell (say why)']
	];
	const radios = CHOICES.map(([value, words]) => {
		const radio = make('input');
		radio.type = 'radio';
		radio.name = 'decision';
		radio.value = value ?? '';
		return { radio, words: words ?? '' };
	});
	const choice = make('fieldset');
	choice.append(make('legend', 'Your decision'), ...radios.map(({ radio, words }) => labelled(words, radio)));

	const flagged = make('details');
	flagged.append(make('summary', `${packet.flags.length} flagged: open this before you approve`));
	let opened = false;
	flagged.addEventListener('toggle', () => (opened ||= flagged.open));

	const save = make('button', 'Save the decision file', 'act');
	save.type = 'button';
	const said = make('p', '');
	said.setAttribute('role', 'status');
	let dirty = false;
	main.addEventListener('input', () => (dirty = true));
	addEventListener('beforeunload', (event) => dirty && event.preventDefault());

	save.addEventListener('click', async () => {
		const decision = radios.find(({ radio }) => radio.checked)?.radio.value;
		const why = reason.value.trim();
		const by = name.value.trim();
		const missing = [
			!decision && 'choose a decision',
			decision === 'approve' && packet.flags.length > 0 && !opened && 'open what is flagged',
			!by && 'enter your name',
			decision && decision !== 'approve' && !why && 'give a reason'
		].filter(Boolean);
		if (missing.length > 0) {
			said.className = 'bad';
			said.textContent = `Not saved yet: ${missing.join(', ')}.`;
			return;
		}
		const written = text.value === untouched ? packet.draft.text : text.value;
		const answer = {
			galley: 'decision',
			format: 1,
			packet: { id: packet.id, hash: await shaOf(canonical(packet)) },
			runId: packet.runId,
			stepId: packet.stepId,
			draft: packet.draft.hash,
			decision,
			...(decision === 'approve' ? { text: written } : {}),
			ticks: ticks
				.filter((/** @type {{ box: HTMLInputElement }} */ { box }) => box.checked)
				.map((/** @type {{ criterion: string }} */ { criterion }) => criterion),
			...(opened ? { flagsSeen: packet.flags.length } : {}),
			reason: why,
			by,
			at: Date.now()
		};
		const file = JSON.stringify({ ...answer, seal: await shaOf(canonical(answer)) }, null, '\t');
		const link = make('a');
		link.href = URL.createObjectURL(new Blob([file], { type: 'application/json' }));
		link.download = `decision-${packet.title.replace(/[^\p{L}\p{N}]+/gu, '-').slice(0, 60)}.galley-decision.json`;
		link.click();
		dirty = false;
		said.className = 'good';
		said.textContent = 'Saved in your downloads. Send that file back to whoever sent you this page.';
	});

	const original = make('details');
	original.append(make('summary', 'The draft as it was sent'), make('pre', packet.draft.text));
	const parts = [
		make(
			'p',
			'A review for you. Nothing you do here leaves this page until you send the file yourself.',
			'soft'
		),
		make('h1', packet.title),
		section(
			'What you are asked',
			make('p', packet.question),
			...ticks.map((/** @type {{ criterion: string, box: HTMLInputElement }} */ { criterion, box }) =>
				labelled(criterion, box)
			)
		)
	];
	if (packet.flags.length > 0) {
		const list = make('ul');
		list.append(...packet.flags.map((/** @type {string} */ flag) => make('li', flag)));
		flagged.append(list);
		parts.push(section('Look at this first', flagged));
	}
	parts.push(section('The draft, to read and to edit', text, original));
	if (packet.evidence.length > 0) {
		const table = make('table');
		for (const { claim, place, how } of packet.evidence) {
			const row = make('tr');
			row.append(make('td', claim), make('td', place), make('td', how));
			table.append(row);
		}
		const fold = make('details');
		fold.append(make('summary', `Where ${packet.evidence.length} numbers come from`), table);
		parts.push(section('Evidence', fold));
	}
	const saving = make('p');
	saving.append(save);
	parts.push(
		section(
			'Decide',
			choice,
			labelled('Reason', reason),
			labelled('Your name', name),
			make(
				'p',
				'The file carries your name as you enter it, and no signature: this page has no key of yours.',
				'soft'
			),
			saving,
			said
		)
	);
	main.replaceChildren(...parts);
	void tellSender();
});
