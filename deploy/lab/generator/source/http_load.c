/* HTTP requests. */
#include <string.h>

#include "commands.h"
#include "load.h"
#include "system.h"

static enum outcome start(struct load *load, struct slot *slot) {
    load->connects += slot->exchange.fd < 0;
    return exchange_start(&slot->exchange, &load->line, &load->requests[slot->path]);
}

static enum outcome go_on(struct slot *slot, uint32_t events) { return exchange_go_on(&slot->exchange, events); }

static void look(struct slot *slot, uint32_t events) {
    (void)events;
    exchange_look(&slot->exchange);
}

static struct answer finish(struct load *load, struct slot *slot) {
    exchange_finish(&slot->exchange, &load->line);
    return (struct answer){slot->exchange.response.status, slot->exchange.received};
}

static void close_slot(struct slot *slot) { exchange_close(&slot->exchange); }

static const struct protocol HTTP = {start, go_on, look, finish, close_slot};

static bool is_idempotent(const char *method) { return strcmp(method, "POST") != 0 && strcmp(method, "PATCH") != 0; }

void run_http(const struct options *options) {
    struct load *load = allocate(1, sizeof *load);
    load->options = options;
    load->protocol = &HTTP;
    load->is_idempotent = is_idempotent(options->method);
    load->requests = requests_write(options);
    load->slots = allocate((size_t)options->connections, sizeof *load->slots);
    load->poller = poller_open();
    bool head_only = strcmp(options->method, "HEAD") == 0;
    load->line = (struct line){load->poller, options->port, head_only, options->keep_alive};
    for (int at = 0; at < options->connections; at++)
        load->slots[at].exchange.fd = -1;
    load_run(load);
}
