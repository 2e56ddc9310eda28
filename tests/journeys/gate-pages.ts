import AxeBuilder from '@axe-core/playwright';
import type { Locator, Page } from '@playwright/test';
import { expect } from './fixtures';

/** The cell of a step. */
export const cell = (page: Page, id: string): Locator => page.locator(`[data-cell="${id}"]`);
/** Axe on what is on the screen, wide and light, then narrow and dark. */
export async function clean(page: Page, name: string): Promise<void> {
	for (const [colorScheme, width] of [
		['dark', 390],
		['light', 1440]
	] as const) {
		await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
		await page.setViewportSize({ width, height: 900 });
		const { violations } = await new AxeBuilder({ page }).analyze();
		const found = violations.flatMap(({ id, nodes }) =>
			nodes.map((node) => `${name}, ${colorScheme}, ${width}: ${id} at ${node.target.join(' ')}`)
		);
		expect.soft(found).toEqual([]);
	}
}

/** A step in YAML that writes a text by an expression. */
export const text = (id: string, title: string, expression: string, more = '') =>
	`  - { id: ${id}, title: ${title}, kind: transform, job: draft, with: { expression: '${expression}' }${more} }`;
