import '$lib/core';
import { installGuard } from '$lib/egress';
import { searchDesk } from '$lib/search';
import { expose } from 'comlink';

installGuard(globalThis);
expose(searchDesk());
