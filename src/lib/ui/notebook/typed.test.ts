import { describe, expect, it } from 'vitest';
import { markTyped, numbersOf, typedNumbers } from './typed';

const DRAFT = '# Week 47\n\nRevenue was € 48,210.40, up 12.5 %. Returns: 31.';
const MATERIAL = numbersOf({ orders: 1204, rate: 0.071, documents: [{ text: 'day,units\nMon,44\n' }] });

const typed = (text: string, draft = DRAFT) => typedNumbers(text, draft, () => MATERIAL);

describe('typedNumbers', () => {
	it('finds a number that neither the draft nor the material holds, once', () => {
		expect(typed(`${DRAFT} The goal was 52,000, and 52,000 is 17 % more.`)).toEqual(['52,000', '17 %']);
	});

	it('knows the numbers of the draft, rounded as the copy writes them', () => {
		expect(typed('Revenue was € 48,210, up 12.5 %.')).toEqual([]);
		expect(typed('Revenue was € 48,211.')).toEqual(['48,211']);
	});

	it('takes decimals that were cut off for the same number, where that says enough', () => {
		expect(typed('Up 12 %.')).toEqual([]);
		expect(typed('It was 57,310.', 'It was 57,310.98.')).toEqual([]);
		expect(typed('It was 57,309.', 'It was 57,310.98.')).toEqual(['57,309']);
		expect(typed('It was 7.', 'It was 7.9.')).toEqual(['7']);
	});

	it('knows the numbers of the material: fields, shares as percent, cells of a document', () => {
		expect(typed('1,204 orders; 7.1 % came back; 44 on Monday.')).toEqual([]);
	});

	it('asks nothing about dates, weeks and list numbers', () => {
		expect(typed('1. In week 48, from 2026-11-23 on, at 09:30\n2. On 3 December 2026')).toEqual([]);
	});

	it('looks at the material only when the draft has no such number', () => {
		expect(typedNumbers(DRAFT, DRAFT, () => expect.fail('read all the same'))).toEqual([]);
	});
});

it('says a few of many', () => {
	const marked = markTyped(['1', '2', '3', '4', '5', '6', '7', '8', '9', '10']);
	expect(marked.text).toBe('Not found in the material: 1, 2, 3, 4, 5, 6, 7, 8 and 2 more.');
});
