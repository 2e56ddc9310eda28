import 'fake-indexeddb/auto';
import { ok } from '$lib/core';
import { expect, test } from 'vitest';
import { reportWorkflow, says, TestDevice, TestExecutor } from './testing';

const page = (url: string) => ({ id: 'prices', title: 'Prices', kind: 'page', url, required: true });

class Pages extends TestExecutor {
	readonly asked: string[] = [];
	override page(_call?: string, url = '') {
		this.asked.push(url);
		return Promise.resolve(
			ok({ bytes: new TextEncoder().encode('<p>12 EUR</p>'), media: 'text/html' }) as never
		);
	}
}

async function device(source: object) {
	const executor = new Pages(() => says('12 EUR'));
	const { api } = await new TestDevice().tab(executor);
	await api.saveWorkflow(reportWorkflow({ sources: [source as never] }));
	return { api, executor };
}

test('the page of a source comes as a file that says where it is from, and nothing else can be asked for', async () => {
	const { api, executor } = await device(page('https://example.org/shop/prices.php?week=46'));
	expect(await api.fetchPage('report', 'prices')).toMatchObject({
		ok: true,
		value: { name: 'example.org prices.html', media: 'text/html' }
	});
	expect(await api.fetchPage('report', 'other')).toMatchObject({ failure: { code: 'page.no-address' } });
	expect(executor.asked).toEqual(['https://example.org/shop/prices.php?week=46']);
});

test('a source that is no web page, or has no whole address, is not asked for', async () => {
	for (const source of [{ ...page('https://example.org'), kind: 'text' }, page('example.org')]) {
		const { api, executor } = await device(source);
		expect(await api.fetchPage('report', 'prices')).toMatchObject({ failure: { code: 'page.no-address' } });
		expect(executor.asked).toEqual([]);
	}
});
