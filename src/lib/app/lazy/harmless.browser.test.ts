/** What a reader makes of a file is shown as nodes; whatever the file holds, they do nothing and ask nobody. */
import { expect, it } from 'vitest';
import PAYLOADS from '../../../../tests/fixtures/dompurify/payloads.json';
import { harmless } from './harmless';

it('shows DOMPurify’s own payloads inert', async () => {
	let ran = 0;
	globalThis.alert = () => void (ran += 1);
	performance.clearResourceTimings();
	const place = document.body.appendChild(document.createElement('main'));
	for (const text of PAYLOADS) place.append(harmless(text));
	await new Promise((resolve) => setTimeout(resolve, 300));
	const attributes = [...place.querySelectorAll('*')].flatMap((one) => one.getAttributeNames());
	expect(attributes.filter((name) => !/^(?:data-place|colspan|rowspan|hidden|lang|dir)$/.test(name))).toEqual(
		[]
	);
	expect(
		place.querySelector('script, style, link, iframe, object, embed, img, svg, math, form, template')
	).toBeNull();
	const asked = performance.getEntriesByType('resource').map(({ name }) => new URL(name).origin);
	expect(asked.filter((origin) => origin !== location.origin)).toEqual([]);
	expect(ran).toBe(0);
	place.remove();
});
