import { expect, offlineReady, test } from './fixtures';
import { yamlFile } from './importing';

// What the system hands to Galley: a file that was opened with it, and what another app shares. The system's part is
// stood in for by a queue and by the form that it would post.

const WORKFLOW = yamlFile(`
format: 1
id: handed
title: Handed over
steps:
  - { id: one, title: One, kind: transform, job: extract, with: { expression: '1' } }
`) as { buffer: Buffer };

test('a file that Galley is opened with is brought in', async ({ page }) => {
	await page.addInitScript((text) => {
		const handle = { getFile: async () => new File([text], 'handed.yaml', { type: 'application/yaml' }) };
		const launchQueue = {
			setConsumer: (take: (launch: { files: unknown[] }) => void) => take({ files: [handle] })
		};
		Object.defineProperty(window, 'launchQueue', { value: launchQueue });
	}, WORKFLOW.buffer.toString());
	await page.goto('/');
	await page.waitForURL(/\/workflows\/handed$/);
	await expect(page.getByRole('heading', { level: 1, name: 'Handed over' })).toBeVisible();
});

test('what another app shares waits to be taken in, and is asked about', async ({ page, app }, info) => {
	await page.goto('/library');
	await offlineReady(page);
	/** From outside, as the system does; a page of Galley may post nothing. */
	const share = async () => {
		await page.goto('about:blank');
		await page.evaluate((action) => {
			const form = document.createElement('form');
			Object.assign(form, { method: 'POST', action, enctype: 'multipart/form-data' });
			const field = Object.assign(document.createElement('input'), { type: 'file', name: 'files' });
			const held = new DataTransfer();
			held.items.add(new File(['a,b\n1,2\n'], 'prices 1.csv', { type: 'text/csv' }));
			field.files = held.files;
			const words = Object.assign(document.createElement('input'), { name: 'text', value: 'A thought.' });
			form.append(field, words);
			document.body.append(form);
			form.submit();
		}, `${app.url}/share`);
	};
	await share();
	const asked = page.getByText('Shared with Galley: 2 files');
	await expect(asked).toBeVisible();
	await expect(page.getByText(/prices 1\.csv/)).toBeVisible();
	await page.screenshot({ path: info.outputPath('shared.png') });
	await page.getByRole('button', { name: 'Throw it away' }).click();
	await page.reload();
	await expect(page.getByText('Nothing here yet.')).toBeVisible();
	await expect(asked).toHaveCount(0);
	await share();
	await page.getByRole('button', { name: 'Take it in' }).click();
	await expect(page.getByText('2 files added to Shared.')).toBeVisible();
	await expect(page.getByRole('link', { name: 'prices 1.csv' })).toBeVisible();
	await expect(asked).toHaveCount(0);
});
