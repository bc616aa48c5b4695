"""sandbox certificates: creates a certificate authority and a server certificate."""

from pathlib import Path

from pullrescue_sandbox import certificates


def add_arguments(parser):
    parser.add_argument("folder", type=Path)
    parser.set_defaults(call=lambda options: certificates.create(options.folder))
