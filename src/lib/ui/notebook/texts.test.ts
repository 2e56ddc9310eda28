import { linesOfPlace } from '$lib/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Blocks } from './blocks';
import { indexesIn, traceNumbers } from './claims';
import { cellsIn, linesAt } from './places';
import { splitPrompt } from './sent';

const NOTE = { id: 'n1', instruction: 'Give money without decimals.' };

describe('splitPrompt', () => {
	const prompt = [
		'Lines such as <<<document m1 ...>>> fence material in.',
		'1. Give money without decimals.',
		'<<<document m1 name="notes.md" rows=3>>>',
		'<<<end m2>>>',
		'Give money without decimals.',
		'<<<end m1>>>',
		'Answer with the text alone.'
	].join('\n');

	it('shades fenced blocks to their own closing line and marks notes outside them only', () => {
		const pieces = splitPrompt(prompt, [NOTE]);
		expect(pieces.map((piece) => piece.kind)).toEqual(['text', 'note', 'text', 'document', 'text']);
		expect(pieces[3]?.label).toBe('document notes.md');
		expect(pieces[3]?.text).toMatch(/^<<<document m1[\s\S]*<<<end m2>>>[\s\S]*<<<end m1>>>$/);
	});

	it('gives the prompt back, byte for byte, whatever it is', () => {
		const line = fc.constantFrom(
			'<<<document m name="a">>>',
			'<<<end m>>>',
			'<<<text n>>>',
			'<<<end n>>>',
			NOTE.instruction,
			'words',
			''
		);
		fc.assert(
			fc.property(fc.array(fc.oneof(line, fc.string())), (lines) => {
				const text = lines.join('\n');
				const pieces = splitPrompt(text, [NOTE]);
				expect(pieces.map((piece) => piece.text).join('')).toBe(text);
			})
		);
	});
});

describe('Blocks', () => {
	it('gives the same text however it arrives, and never changes a finished block', () => {
		const part = fc.constantFrom('a', '\n', '\n\n', '```\n', '~~~\n', '# b\n', '- c\n', ' ');
		fc.assert(
			fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
				const blocks = new Blocks();
				let text = '';
				let before: readonly string[] = [];
				for (const piece of parts) {
					text += piece;
					const { done } = blocks.take(text);
					expect(done.slice(0, before.length)).toEqual(before);
					before = done;
				}
				expect(blocks.take(text)).toEqual(new Blocks().take(text));
			})
		);
	});

	it('does not cut inside a code fence', () => {
		expect(new Blocks().take('one\n\n```\na\n\nb\n```\n\ntwo').done).toEqual([
			'one\n\n',
			'```\na\n\nb\n```\n\n'
		]);
	});

	it('begins anew when the text does not continue', () => {
		const blocks = new Blocks();
		blocks.take('one\n\ntwo');
		expect(blocks.take('other')).toEqual({ done: [], open: 'other' });
	});
});

describe('traceNumbers', () => {
	const evidence = (claim: string) => ({ claim, document: 'sales.csv', place: 'rows 2–9', how: 'sum' });

	it('follows a claim to a field of the output, rounded as the text rounds', () => {
		const proofs = [{ evidence: [evidence('revenue')], output: { revenue: 48210.4 } }];
		const { traced, untraced } = traceNumbers('It was € 48,210, in week 47, from 53 orders.', proofs);
		expect(traced.map((one) => one.number.raw)).toEqual(['48,210']);
		// The number of a week counts nothing, so nobody has to prove it.
		expect(untraced).toEqual(['53']);
	});

	it('prefers a claim that names the number as written', () => {
		const proofs = [
			{ evidence: [evidence('orders')], output: { orders: 1204 } },
			{ evidence: [{ ...evidence('1,204'), document: 'other.csv' }], output: undefined }
		];
		expect(traceNumbers('1,204', proofs).traced[0]?.evidence.map((one) => one.document)).toEqual([
			'other.csv'
		]);
	});

	it('does not take a small whole number for a rounded one', () => {
		const proofs = [{ evidence: [evidence('rate')], output: { rate: 7.1 } }];
		expect(traceNumbers('7 days', proofs).untraced).toEqual(['7']);
		expect(traceNumbers('fell 7 %', proofs).traced).toHaveLength(1);
	});

	it('counts one number written twice once', () => {
		const proofs = [{ evidence: [evidence('44')], output: undefined }];
		expect(traceNumbers('44 and 44', proofs).traced.map((one) => one.index)).toEqual([1, 1]);
	});

	it('gives equal numbers each the source of its own place, and others none', () => {
		const text = '# In week 44\n\nAn order was € 44 and tickets were 44.';
		const [order, tickets] = [text.indexOf('44 and'), text.indexOf('44.')];
		const proofs = [
			{ evidence: [evidence('week')], output: { week: 44 } },
			{
				evidence: [
					{ ...evidence('44'), at: order },
					{ ...evidence('44'), at: tickets, document: 'notes.md' }
				],
				output: undefined
			}
		];
		const { traced } = traceNumbers(text, proofs);
		expect(traced.map((one) => [one.number.at, one.index, one.evidence[0]?.document])).toEqual([
			[order, 1, 'sales.csv'],
			[tickets, 2, 'notes.md']
		]);
	});
});

describe('indexesIn', () => {
	const text = '# Week 44\n\n1. An order was **€ 44**.\n2. Tickets were 44, sessions 9,000.';
	const at = (before: string, claim: string) => ({
		claim,
		at: text.indexOf(before) + before.length,
		document: before,
		place: 'line 1',
		how: 'sum'
	});
	const evidence = [at('€ ', '44'), at('were ', '44'), at('sessions ', '9,000')];
	const { traced } = traceNumbers(text, [{ evidence, output: undefined }]);
	const shown = (now: string) => indexesIn(now, text, traced).map((one) => one.index);

	it('finds each number again in the rendered text', () => {
		expect(shown('Week 44\nAn order was \n€ 44\n.\nTickets were 44, sessions 9,000.')).toEqual([
			null,
			1,
			2,
			3
		]);
	});

	it('finds them again in an edited text, and gives no source to a number that was written anew', () => {
		const edited = 'Of 44 days: tickets came to 44. Tickets were 44; we had 9,000.';
		expect(shown(edited)).toEqual([null, null, 2, 3]);
	});
});

describe('places', () => {
	it.each([
		['rows 2–231', { from: 2, to: 231 }],
		['row 5', { from: 5, to: 5 }],
		['lines 3-8', { from: 3, to: 8 }],
		['rows 8–3', null],
		['somewhere', null]
	])('%s', (text, place) => expect(linesOfPlace(text)).toEqual(place && [place]));

	it('reads several stretches, and shows them one after the other', () => {
		const places = linesOfPlace('rows 2, 4–5');
		expect(places).toEqual([
			{ from: 2, to: 2 },
			{ from: 4, to: 5 }
		]);
		const { lines, left } = linesAt('a\nb\nc\nd\ne', places ?? [], 2);
		expect(lines.map((line) => line.text)).toEqual(['b', 'd']);
		expect(left).toBe(1);
		expect(linesOfPlace('rows 2, later')).toBeNull();
	});

	it('shows the lines of a place and counts what was left out', () => {
		const { lines, left } = linesAt('a\nb\nc\nd', { from: 2, to: 9 }, 2);
		expect(lines).toEqual([
			{ number: 2, text: 'b' },
			{ number: 3, text: 'c' }
		]);
		expect(left).toBe(1);
	});

	it('reads quoted cells', () => {
		expect(cellsIn('a,"b, ""c""",')).toEqual(['a', 'b, "c"', '']);
	});
});
