/* What the program can do; each command prints one JSON object a line. */
#ifndef COMMANDS_H
#define COMMANDS_H

#include "options.h"

void run_http(const struct options *options);
void run_echo(const struct options *options);
void run_fan(const struct options *options);
void run_chat(const struct options *options);
void run_hold(const struct options *options);
/* When an open loop's requests would be due, counted from its start. */
void print_arrivals(const struct options *options);
void serve_plain(const struct options *options);

#endif
