/**
 * Runs in an exported page, opened from disk, with no network and nothing else of Galley. Holds the page against what it
 * says of itself: what is shown, every record and its link to the one before, where the record ends, every stored value.
 */
document.addEventListener('DOMContentLoaded', () => {
	'use strict';
	const { encoder, sha, shaOf, canonical, signerOf } = globalThis.galleyProof;
	const main = document.querySelector('main');
	// Before anybody has opened a fold, which would be a change of its own.
	const shown = main?.innerHTML ?? '';
	const button = document.getElementById('verify');
	const out = document.getElementById('verified');
	const data = document.getElementById('galley-data');
	const sealText = document.getElementById('galley-seal');
	const signed = document.getElementById('galley-signature');
	const words = document.getElementById('seal-words');
	if (!main || !button || !out || !data || !sealText || !words) {
		// The script stands at the beginning, so that a page without its end can still say so.
		const warning = document.createElement('p');
		warning.className = 'bad';
		warning.textContent = 'Changed since it was exported. This page is not whole: its end was cut off.';
		document.body.prepend(warning);
		return;
	}

	// The page without what has hashes of its own: a second one of these, or anything that stands beside them, stays in.
	const frame = [main, words, data, sealText].reduce(
		(text, element) =>
			text.replace(element.outerHTML, () => /** @type {Element} */ (element.cloneNode(false)).outerHTML),
		document.documentElement.outerHTML.replace(signed ? `${signed.outerHTML}\n` : '', '')
	);

	/** @param {{ text?: string, base64?: string }} value */
	const bytesOf = (value) => {
		if (value.text !== undefined) return encoder.encode(value.text);
		return Uint8Array.from(atob(value.base64 ?? ''), (character) => character.charCodeAt(0));
	};

	/** @param {any[]} records @param {string} what @returns {Promise<string | null>} */
	const firstBroken = async (records, what) => {
		let prev = '';
		for (const [index, record] of records.entries()) {
			const place = `Record ${index + 1} of ${records.length} of ${what}`;
			if (record.seq !== index || record.prev !== prev)
				return `${place} does not continue the one before it: a record was changed, moved or taken out.`;
			if (record.event.type !== 'redacted') {
				const text = `${record.prev}\n${record.stream}\n${record.seq}\n${canonical(record.event)}`;
				if ((await shaOf(text)) !== record.hash) return `${place} (“${record.event.type}”) was changed.`;
			}
			prev = record.hash;
		}
		return null;
	};

	/** A sentence about what is wrong, or null. */
	const findFault = async () => {
		const seal = JSON.parse(sealText.textContent ?? '');
		const text = data.textContent ?? '';
		const bundle = JSON.parse(text);
		for (const { id, records } of bundle.runs) {
			const broken = await firstBroken(records, `run ${id}`);
			if (broken) return broken;
			const last = records[records.length - 1];
			if (records.length !== seal.records || !last || last.hash !== seal.head)
				return `The record has ${records.length} entries and should have ${seal.records}: its end was cut off or added to.`;
		}
		for (const { id, records } of bundle.workflows) {
			const broken = await firstBroken(records, `workflow ${id}`);
			if (broken) return broken;
		}
		for (const value of bundle.values)
			if ((await sha(bytesOf(value))) !== value.hash)
				return `A stored value (${value.media}, ${value.hash.slice(0, 12)}) was changed.`;
		if (bundle.values.length !== seal.values)
			return `There are ${bundle.values.length} stored values and should be ${seal.values}.`;
		if ((await shaOf(text)) !== seal.data) return 'The data in this page was changed.';
		if ((await shaOf(shown)) !== seal.page)
			return 'What this page shows was changed; the data inside it was not.';
		const { seal: sum, ...rest } = seal;
		if ((await shaOf(canonical(rest))) !== sum || words.textContent?.replaceAll(' ', '') !== sum)
			return 'The seal of this page was changed.';
		return (await shaOf(frame)) === seal.frame
			? null
			: 'Something stands beside what Galley put into this page, or is missing there. An extension of your browser can do that, too: if you have any, open it without them.';
	};

	/** Who signed the seal: a sentence, and whether it is a bad one. */
	const signer = async () => {
		if (!signed) return { bad: false, words: 'Nobody signed it, so this says nothing about who made it.' };
		const { seal } = JSON.parse(sealText.textContent ?? '');
		const { print, fits } = await signerOf(signed, `galley page ${seal}`);
		if (fits === null) {
			return {
				bad: false,
				words: `It names the key ${print} as its signer; this browser cannot check that.`
			};
		}
		if (!fits) return { bad: true, words: 'Its signature belongs to another page or was changed.' };
		return {
			bad: false,
			words: `Signed by ${print}. Whose key that is, its owner has to tell you another way.`
		};
	};

	/** @param {string} mark @param {string} words */
	const say = (mark, words) => {
		out.className = mark;
		out.textContent = words;
	};

	button.hidden = false;
	button.addEventListener('click', async () => {
		say('', 'Checking …');
		try {
			const fault = await findFault();
			const { bad, words } = await signer();
			if (fault || bad) say('bad', `Changed since it was exported. ${fault ?? words}`);
			else
				say(
					'good',
					`Unchanged since export: what is shown, every record and every stored value have the hashes that they had. ${words}`
				);
		} catch {
			say('bad', 'Changed since it was exported. The data in this page cannot be read any more.');
		}
	});
});
