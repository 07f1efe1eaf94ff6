// What the pages do besides: the browser's own time, and keys. Without it every page and every act works as well.

const $$ = selector => [...document.querySelectorAll(selector)];

for (const place of $$('time[data-cut]')) {
	const moment = new Date(place.dateTime);
	const local = new Date(moment - moment.getTimezoneOffset() * 60000).toISOString();
	place.textContent = local.slice(...place.dataset.cut.split(' ')).replace('T', ' ');
	place.title = moment;
}

// A click elsewhere, and Escape, close what is open.
const openOnes = () => $$('details:is(.menu,.ask)[open]');
addEventListener('click', ({ target }) => {
	for (const part of openOnes()) if (!part.contains(target)) part.open = false;
});

const pages = { o: '', j: 'jobs', c: 'conversations', r: 'running', d: 'deliveries', s: 'sessions', b: 'bots', a: 'audit' };
let isGoing;
addEventListener('keydown', event => {
	const { key, target } = event;
	if (key === 'Escape') {
		for (const part of openOnes()) {
			part.open = false;
			part.querySelector('summary').focus();
		}
		return;
	}
	if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || target.matches('input,select,textarea')) return;
	const wasGoing = isGoing;
	isGoing = key === 'g';
	if (wasGoing && key in pages) location.href = `/admin/${pages[key]}`;
	else if (key === '/') {
		event.preventDefault();
		document.querySelector('#q').focus();
	} else if (key === ']') document.querySelector('a[rel=next]')?.click();
	else if (key === '[') history.back();
	else if (key === 'j' || key === 'k' || key === 'ArrowDown' || key === 'ArrowUp') {
		const rows = $$('tbody th a');
		if (!rows.length) return;
		const step = key === 'j' || key === 'ArrowDown' ? 1 : -1;
		const now = rows.indexOf(document.activeElement);
		if (now < 0 && key.startsWith('Arrow')) return;
		event.preventDefault();
		rows[Math.max(0, Math.min(rows.length - 1, now + step))].focus();
	}
});
