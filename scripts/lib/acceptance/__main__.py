import sys

from acceptance.main import main

sys.exit(main(sys.argv[1:]))
