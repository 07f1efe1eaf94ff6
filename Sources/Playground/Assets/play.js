// Writing, files, the wire, keys.

const halt = e => e.preventDefault();
const text = () => $('#text');
const isWide = () => innerWidth > 1060;

// A box that was at its end stays there.
const ends = new WeakMap();
const isAtEnd = box => box.scrollHeight - box.scrollTop - box.clientHeight < 48;
const toEnd = box => { box.scrollTop = box.scrollHeight; ends.set(box, true); };
let newer = 0;
const tellNewer = count => {
	newer = count;
	$('#newer').hidden = !count;
	$('#newer-count').textContent = count;
};
const watchScrolling = () => {
	for (const box of $$('[data-stick]')) {
		toEnd(box);
		box.addEventListener('scroll', () => {
			ends.set(box, isAtEnd(box) || due && ends.get(box));
			if (box.id === 'scroll' && isAtEnd(box)) tellNewer(0);
		});
		box.addEventListener('load', () => { if (ends.get(box)) toEnd(box); }, true);
	}
};

// What needs the layout, once a frame.
let due;
const settle = () => {
	due = 0;
	for (const box of $$('[data-stick]')) if (ends.get(box)) toEnd(box);
	$('#shown-rows').textContent = seen().length;
	count();
};
addEventListener('put', ({ detail: { place, piece, isNew } }) => {
	const box = piece.closest('[data-stick]');
	if (box?.id === 'scroll' && isNew && !ends.get(box)) tellNewer(newer + 1);
	if (place?.id === 'log') $('#none')?.remove();
	if (place?.id === 'chats') filterChats();
	if (place?.id === 'rows') noteRow(piece);
	if (piece.id === 'rows') { watchScrolling(); picked = ''; }
	due ||= requestAnimationFrame(settle);
});

const count = () => {
	const unread = $$('#chats .un').length;
	document.title = (unread ? `(${unread}) ` : '') + document.title.replace(/^\(\d+\) /, '');
};

// Enter sends, but never the one by which a Chinese word is chosen.

const drafts = new Map();
const sent = [];
let attached = [];
let composed = -1e9;
on('compositionend', e => { composed = e.timeStamp; });
on('keydown', e => {
	if (e.target !== text()) return;
	if (e.key === 'ArrowUp' && !text().value && sent.length) { text().value = sent.at(-1); halt(e); }
	if (e.key !== 'Enter' || e.shiftKey || e.isComposing || e.keyCode === 229) return;
	halt(e);
	if (e.timeStamp - composed >= 100) $('#composer').requestSubmit();
});

const say = async (form, action) => {
	const fields = new FormData(form);
	const words = fields.get('text').trim();
	const files = attached;
	if (!words && !files.length && action.endsWith('/say')) return;
	fields.delete('file');
	for (const file of files) fields.append('file', file);
	if (words) sent.push(words);
	text().value = '';
	attach([]);
	complain('');
	const answer = await post(action, fields).catch(() => ({ text: form.dataset.lost }));
	if (answer.isDone) return toEnd($('#scroll'));
	complain(answer.text);
	if (!text().value) { text().value = words; attach(files); }
};

const complain = why => {
	Object.assign($('#sayerror'), { textContent: why, hidden: !why });
	$('#hint').hidden = !!why;
};

const attach = files => {
	const form = $('#composer');
	const fitting = files.filter(file => file.size <= Number(form.dataset.most));
	if (fitting.length < files.length) complain(form.dataset.large);
	attached = fitting;
	const list = $('#chips');
	list.hidden = !attached.length;
	list.replaceChildren(...attached.map(file => {
		const chip = document.createElement('li');
		const remove = document.createElement('button');
		Object.assign(remove, { type: 'button', textContent: '×', ariaLabel: `× ${file.name}` });
		remove.onclick = () => attach(attached.filter(other => other !== file));
		chip.append(`${file.name} · ${Math.ceil(file.size / 1024)} KB`, remove);
		return chip;
	}));
};

on('change', e => {
	if (e.target.matches('#composer input[type=file]')) {
		attach([...attached, ...e.target.files]);
		e.target.value = '';
		text().focus();
	} else if (e.target.matches('.f.on select')) {
		const { form } = e.target;
		post(form.action, new URLSearchParams([...new FormData(form), ['on', '1']]));
	} else if (e.target.name === 'only') noteRow();
});
const bring = (e, files) => {
	body.classList.remove('drop');
	if (!files.length) return;
	halt(e);
	attach([...attached, ...files]);
};
on('paste', e => bring(e, e.clipboardData.files));
on('drop', e => bring(e, e.dataTransfer.files));
on('dragover', e => { if (e.dataTransfer.types.includes('Files')) { halt(e); body.classList.add('drop'); } });
on('dragleave', e => { if (!e.relatedTarget) body.classList.remove('drop'); });

on('submit', async e => {
	const form = e.target;
	if (form.id === 'composer') {
		halt(e);
		const action = e.submitter?.getAttribute('formaction') ?? form.getAttribute('action');
		for (const details of $$('details', form)) details.open = false;
		return say(form, action);
	}
	if (!('act' in form.dataset)) return;
	halt(e);
	const answer = await post(form.action, new URLSearchParams(new FormData(form, e.submitter)));
	if (!answer.isDone) toast(answer.text);
});

let toasting;
const toast = words => {
	const place = Object.assign($('#toast'), { textContent: words, hidden: false });
	clearTimeout(toasting);
	toasting = setTimeout(() => { place.hidden = true; }, 6000);
};



const view = name => {
	body.dataset.view = name;
	for (const link of $$('.seg a')) link.ariaCurrent = link.dataset.go === name ? 'true' : null;
};
const sift = (items, field, words) => {
	const wanted = $(field).value.trim().toLowerCase();
	for (const item of items) item.hidden = !!wanted && !words(item).toLowerCase().includes(wanted);
};
const narrow = name => { if (!isWide()) view(name); };
const filterChats = () => sift($$('#chats li'), '#find', item => item.textContent);
on('input', e => {
	if (e.target.id === 'find') filterChats();
	if (e.target.id === 'find-wire') noteRow();
});

on('click', async e => {
	if (e.button || e.ctrlKey || e.metaKey || e.shiftKey) return;
	const on = selector => e.target.closest?.(selector);
	const link = on('a');
	const inside = act => { halt(e); act(); };
	if (on('.fill')) {
		text().value = on('.fill').dataset.fill;
		text().focus();
		if (on('.now')) $('#composer').requestSubmit();
	} else if (on('#who,.opens-people')) inside(() => $('#people').showModal());
	else if (on('#help')) inside(() => $('#keys').showModal());
	else if (on('.shut')) on('dialog').close();
	else if (on('dialog') === e.target) e.target.close();
	else if (on('#newer')) { toEnd($('#scroll')); tellNewer(0); }
	else if (on('#pause')) pause();
	else if (on('#curl')) { await navigator.clipboard.writeText(on('#curl').dataset.copy); toast(on('#curl').title + ' ✓'); }
	else if (on('[role=tab]')) pickTab(on('[role=tab]'));
	else if (!link) return;
	else if (link.matches('.to')) inside(() => toast(link.dataset.to));
	else if (link.dataset.go) inside(() => view(link.dataset.go));
	else if (link.dataset.w) inside(() => { narrow('wire'); pick(byId(link.dataset.w) ?? link, link.dataset.w); });
	else if (link.matches('.w')) inside(() => pick(link));
	else if ('enlarge' in link.dataset) inside(() => enlarge(link));
	else if (link.matches('.back2')) inside(() => { body.dataset.open = 'list'; $('#chats [aria-current]')?.focus(); });
	else if (link.closest('#earlier')) inside(() => earlier(link));
	else if (link.matches('.it,.scopes a')) inside(() => {
		body.dataset.open = 'talk';
		if (text()) drafts.set(location.href, text().value);
		go(link.getAttribute('href'));
	});
});

const enlarge = link => {
	const picture = $('img', link).cloneNode();
	picture.removeAttribute('class');
	$('#enlarged').replaceChildren(picture);
	$('#enlarged').showModal();
};

const earlier = async link => {
	const piece = nodes(await (await fetch(link.href)).text());
	const box = $('#scroll');
	const left = box.scrollHeight - box.scrollTop;
	$('#earlier').replaceWith(...piece.firstElementChild.childNodes);
	box.scrollTop = box.scrollHeight - left;
};


let held = null;
const pause = () => {
	const button = $('#pause');
	if (held) { const pieces = held; held = null; pieces.forEach(put); } else held = [];
	button.setAttribute('aria-pressed', !!held);
	tellHeld();
};
const tellHeld = () => Object.assign($('#pause .held'), { hidden: !held?.length, textContent: `+${held?.length}` });
take = piece => {
	if (held && piece.at === 'rows') { held.push(piece); if (held.length > 1000) held.shift(); tellHeld(); } else put(piece);
};

const seen = () => $$(`#rows ${$('[name=only]:checked').value}:not([hidden])`);
const noteRow = piece => {
	sift(piece ? [piece] : $$('#rows .w'), '#find-wire', row => row.dataset.find);
	due ||= requestAnimationFrame(settle);
	if (!piece) return;
	mark(piece, piece.id === picked);
	if (piece.id === picked || !picked && piece.matches('.here')) pick(piece, piece.id, true);
};
const mark = (item, isPicked) => Object.assign(item, { ariaSelected: isPicked, tabIndex: isPicked ? 0 : -1 });
let picked = $('#detail [data-entry]')?.dataset.entry;
const pick = async (row, id = row.id, isQuiet = false) => {
	picked = id;
	for (const other of $$('#rows .w')) mark(other, other.id === id);
	if (!isQuiet) row.scrollIntoView({ block: 'nearest' });
	const answer = await fetch(`/wire/${id.slice(1)}${location.search}`);
	const piece = nodes(await answer.text());
	// Another was picked meanwhile.
	if (picked !== id) return;
	const tab = $('[role=tab][aria-selected=true]')?.id;
	$('#detail').replaceWith(piece);
	if (byId(tab)) pickTab(byId(tab));
};
const pickTab = tab => {
	for (const other of $$('[role=tab]')) {
		mark(other, other === tab);
		byId(other.getAttribute('aria-controls')).hidden = other !== tab;
	}
};
const step = (list, from, by) => list[Math.min(Math.max(list.indexOf(from) + by, 0), list.length - 1)];
on('keydown', e => {
	const { target, key } = e;
	const by = { ArrowDown: 1, ArrowUp: -1, ArrowRight: 1, ArrowLeft: -1 }[key];
	if (!by || e.altKey) return;
	if (target.closest('#rows') && key.match(/Up|Down/)) {
		halt(e);
		const row = step(seen(), target.closest('.w') ?? $('#rows [aria-selected=true]'), by);
		if (row) { row.focus(); pick(row); }
	} else if (target.matches('[role=tab]') && key.match(/Left|Right/)) {
		const tab = step($$('[role=tab]'), target, by);
		tab.focus();
		pickTab(tab);
	}
});

// Bubbles and their calls light each other.

on('pointerover', ({ target }) => {
	for (const lit of $$('.lit')) lit.classList.remove('lit');
	const item = target.closest?.('.msg,.w');
	if (!item) return;
	const others = item.matches('.w') ? $$(`[data-w="${item.id}"]`).map(link => link.closest('.msg')) : $$('[data-w]', item).map(link => byId(link.dataset.w));
	for (const other of others) other?.classList.add('lit');
});


$('#keysoff').checked = localStorage.keysoff === '1';
$('#keysoff').onchange = e => { localStorage.keysoff = e.target.checked ? '1' : '0'; };
const toChat = by => step($$('#chats .it'), $('#chats .it[aria-current]'), by)?.click();
on('keydown', e => {
	if (e.altKey && e.key.match(/^Arrow(Up|Down)$/)) { halt(e); return toChat(e.key === 'ArrowUp' ? -1 : 1); }
	if (e.target.matches('input:not([type=radio]):not([type=checkbox]),textarea,select') || e.ctrlKey || e.metaKey || e.altKey) return;
	if (localStorage.keysoff === '1' || $('dialog[open]')) return;
	const act = {
		u: () => $('#people').showModal(), c: () => text().focus(), '/': () => $('#find').focus(), '?': () => $('#keys').showModal(),
		w: () => { narrow('wire'); ($('#rows [aria-selected=true]') ?? seen().at(-1) ?? $('#rows')).focus(); },
		f: () => { narrow('faults'); $('.f button').focus(); },
		p: pause, y: () => $('#curl')?.click(),
		}[e.key] ?? byId(`tab${e.key - 1}`)?.click.bind(byId(`tab${e.key - 1}`));
	if (act) { halt(e); act(); }
});

const tick = () => {
	const clock = $('#clock');
	const time = clock && $('time', clock);
	if (!time) return;
	time.dateTime = new Date(Date.now() + Number(clock.dataset.lead)).toISOString();
	localise(clock);
};
setInterval(tick, 1000);

addEventListener('show', ({ detail: { isSame } }) => {
	watchScrolling();
	tellNewer(0);
	picked = $('#detail [data-entry]')?.dataset.entry;
	noteRow();
	if (!isSame) { text().value = drafts.get(location.href) ?? ''; if (isWide()) text().focus(); }
});

watchScrolling();
noteRow();
connect();
