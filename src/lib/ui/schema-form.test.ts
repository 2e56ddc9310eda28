import { expect, it } from 'vitest';
import { shapeOf } from './schema-form';

it.each([
	['text', { type: 'string' }],
	['long', { type: 'string', format: 'multiline' }],
	['code', { type: 'string', format: 'code' }],
	['choice', { type: 'string', format: 'code', enum: ['a'] }],
	['number', { type: 'integer' }],
	['texts', { type: 'array', items: { type: 'string' } }],
	['objects', { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } }],
	['json', { type: 'array', items: { type: 'number' } }]
])('draws a %s', (shape, schema) => expect(shapeOf(schema)).toBe(shape));
