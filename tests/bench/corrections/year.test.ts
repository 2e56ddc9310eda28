import { expect, it } from 'vitest';
import { year, type Way } from './year';

async function years(way: Way, seeds: number) {
	const sum = { held: 0, of: 0, tokens: 0 };
	for (let seed = 1; seed <= seeds; seed++) {
		const { held, of, tokens } = await year(seed, way);
		sum.held += held;
		sum.of += of;
		sum.tokens += tokens;
	}
	return { held: sum.held / sum.of, tokens: sum.tokens / seeds };
}

it('after twenty weeks corrections hold, more of them than where every note is appended, for fewer tokens', async () => {
	const ours = await years('galley', 6);
	const theirs = await years('append-once', 6);
	expect(ours.held).toBeGreaterThan(0.9);
	expect(theirs.held).toBeLessThan(ours.held - 0.1);
	expect(ours.tokens).toBeLessThan(0.7 * theirs.tokens);
});
