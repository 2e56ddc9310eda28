import { expect, it } from 'vitest';
import { whileUnderWay } from './heard';

it('what is told after the answer, or after a failure, is heard by nobody', async () => {
	const told: string[] = [];
	let late: (piece: string) => void = () => undefined;
	const listener = (piece: string) => void told.push(piece);
	const answer = await whileUnderWay(async (heard) => {
		late = heard(listener);
		late('first');
		return 'whole';
	});
	late('after the answer');
	expect([answer, told]).toEqual(['whole', ['first']]);

	const failed = whileUnderWay(async (heard) => {
		late = heard(listener);
		throw new Error('broken off');
	});
	await expect(failed).rejects.toThrow('broken off');
	late('after the failure');
	expect(told).toEqual(['first']);
});
