import type { Failure } from '$lib/core';

/** A short message at the edge of the screen. */
export interface Toast {
	id: number;
	kind: 'done' | 'failure';
	text: string;
	action: { label: string; run: () => unknown } | null;
}

const SHOWN_MS = 8000;

let next = 1;
const state = $state<{ list: Toast[] }>({ list: [] });
/** Not shown, so not reactive. */
const timers: Record<number, ReturnType<typeof setTimeout>> = {};

/** The toasts on the screen, oldest first. */
export function toasts(): readonly Toast[] {
	return state.list;
}

/** Says that something was done. With `undo` it offers to take it back. */
export function toast(text: string, undo?: () => unknown): void {
	show({ kind: 'done', text, action: undo ? { label: 'Undo', run: undo } : null });
}

/** Says what went wrong. It stays until it is put away. */
export function toastFailure(failure: Failure): void {
	show({ kind: 'failure', text: failure.message, action: null });
}

export function dismiss(id: number): void {
	hold(id);
	state.list = state.list.filter((one) => one.id !== id);
}

/** Keeps a toast while it is looked at. */
export function hold(id: number): void {
	clearTimeout(timers[id]);
	delete timers[id];
}

/** Lets a toast go after a while. */
export function release(toast: Toast): void {
	hold(toast.id);
	if (toast.kind === 'done') timers[toast.id] = setTimeout(() => dismiss(toast.id), SHOWN_MS);
}

function show(toast: Omit<Toast, 'id'>): void {
	const made = { ...toast, id: next };
	next += 1;
	state.list = [...state.list.slice(-2), made];
	release(made);
}
